//! RabbitMQ: topology as data, confirmed publish, bounded consume, parking, request and reply.
