//! The server as a program: started on small repositories with a stub in place of git-risk, and asked over bare sockets,
//! so that what is wrong on the wire can be sent too.

#![cfg(unix)]

mod bounds;
mod harness;
mod openapi;
mod questions;
mod refresh;
mod routes;
mod start;
mod strangers;
