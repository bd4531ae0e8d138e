//! Builds small, hermetic, fully dated git repositories, and asks git itself as the oracle.
