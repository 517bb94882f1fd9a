//! The integration document: parse, validate, UQL, filters, expressions, mapping. Pure.
