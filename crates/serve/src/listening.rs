//! Where the server listens: on loopback, unless it was told otherwise.

use crate::failure::Failure;
use crate::log;
use crate::serve_args::ServeArgs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::TcpListener;

/// The addresses to listen at.
#[derive(Debug)]
pub(crate) struct Listening {
    addresses: Vec<IpAddr>,
    port: u16,
    /// Whether somebody chose the addresses: then each of them has to work.
    is_chosen: bool,
}

impl Listening {
    pub(crate) fn new(args: &ServeArgs) -> Result<Self, Failure> {
        let is_chosen = !args.listen.is_empty();
        let loopback = || vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let addresses = if is_chosen {
            args.listen.clone()
        } else {
            loopback()
        };
        for name in &args.host {
            if name.is_empty() || name.contains(['/', ':', '@', ' ']) {
                return Err(Failure::new(
                    format!("{name:?} is not the name of a host"),
                    "give the name alone, as in: --host risk.example.org",
                ));
            }
        }
        Ok(Self {
            addresses,
            port: args.port,
            is_chosen,
        })
    }

    /// Whether this machine alone can reach it.
    pub(crate) fn is_loopback(&self) -> bool {
        self.addresses.iter().all(IpAddr::is_loopback)
    }

    /// Begins to listen, at the same port everywhere, and prints where.
    pub(crate) async fn bind(&self) -> Result<Vec<TcpListener>, Failure> {
        let mut port = self.port;
        let mut listeners = Vec::new();
        for (nth, address) in self.addresses.iter().enumerate() {
            let address = SocketAddr::new(*address, port);
            match TcpListener::bind(address).await {
                Ok(listener) => {
                    let bound = listener.local_addr()?;
                    port = bound.port();
                    log::address(&format!("http://{bound}/"));
                    listeners.push(listener);
                }
                // Not every machine has IPv6, and one loopback address is enough to reach us.
                Err(error) if nth > 0 && !self.is_chosen => {
                    let in_use = error.kind() == std::io::ErrorKind::AddrInUse;
                    if in_use {
                        log::trouble(&format!(
                            "another program listens at {address}, so localhost may lead there: use the address above"
                        ));
                    }
                }
                Err(error) => return Err(Failure::unbound(address, &error)),
            }
        }
        Ok(listeners)
    }
}
