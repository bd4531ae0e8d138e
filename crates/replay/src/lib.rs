//! One fold over history that makes events: features at arrival, SZZ when a fix arrives.
