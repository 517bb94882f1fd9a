//! Protobuf messages and their conversion to and from domain types. Pure.
