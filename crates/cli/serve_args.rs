//! What `git risk serve` takes. The package `git-risk-serve` reads this file too, so that both say the same.

use clap::{Args, ValueHint};
use std::net::IpAddr;
use std::path::PathBuf;

#[derive(Clone, Debug, Args, PartialEq, Eq)]
pub(crate) struct ServeArgs {
    /// The repositories, or folders in them [default: the one around the working directory]
    #[arg(value_name = "REPO", value_hint = ValueHint::DirPath)]
    pub(crate) repos: Vec<PathBuf>,
    /// The port; 0 is any that is free, and the address that is printed tells which
    #[arg(long, value_name = "N", default_value = "7474")]
    pub(crate) port: u16,
    /// Listen at this address of the machine instead, for others to reach; needs a token, or --no-token
    ///
    /// Nothing is encrypted. An ssh tunnel to the loopback address, or a proxy that speaks HTTPS, is better.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Vec<IpAddr>,
    /// A name by which browsers reach this server, beside localhost
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Vec<String>,
    /// Whoever asks has to know this; others on the machine can read it in the list of processes
    ///
    /// Given as "Authorization: Bearer TOKEN", or once as ?token=TOKEN, which leaves a cookie. The environment variable
    /// `GIT_RISK_TOKEN` does the same.
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["token_file", "no_token"])]
    pub(crate) token: Option<String>,
    /// The token is the first line of this file
    #[arg(long, value_name = "FILE", conflicts_with = "no_token", value_hint = ValueHint::FilePath)]
    pub(crate) token_file: Option<PathBuf>,
    /// Whoever reaches the server may read everything
    #[arg(long)]
    pub(crate) no_token: bool,
    /// Look for new commits so often
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: u32,
    /// Give up a report that takes longer
    #[arg(long, value_name = "SECONDS", default_value = "3600", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) time_limit: u32,
    /// The git-risk that makes the reports [default: the one beside git-risk-serve, else that on the PATH]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) git_risk: Option<PathBuf>,
}
