//! Accepts connections, bounds what each may cost, and ends them when the server ends.

use crate::answers::Server;
use crate::failure::Failure;
use crate::log::{self, Log};
use crate::steady::Steady;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Connections that are open at once; more wait until one ends.
const MAX_CONNECTIONS: u32 = 256;

/// The head of a request has to be whole within this time, counted from the connection or the request before.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 16 << 10;

/// Most lines in it.
const MAX_HEADERS: usize = 64;

/// A client that takes nothing of its answer for so long is let go.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection is closed after so long, between two requests; a browser opens another one by itself.
const LIFETIME: Duration = Duration::from_secs(300);

/// What is under way may still end within this time.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves until the process is told to end.
pub(crate) async fn serve(
    listeners: Vec<TcpListener>,
    server: Arc<Server>,
    log: Log,
) -> Result<(), Failure> {
    let (stop, stopped) = watch::channel(false);
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
    for listener in listeners {
        let (server, room, stopped) = (Arc::clone(&server), Arc::clone(&room), stopped.clone());
        tokio::spawn(accept(listener, server, room, stopped));
    }
    told_to_end().await?;
    log.note("ending");
    // Nobody listens any more if all tasks are gone.
    let _ = stop.send(true);
    // All room is free when all connections have ended.
    let _ = timeout(FAREWELL, room.acquire_many(MAX_CONNECTIONS)).await;
    Ok(())
}

/// Waits for an interrupt from the keyboard, or the signal by which services are ended.
async fn told_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

async fn accept(
    listener: TcpListener,
    server: Arc<Server>,
    room: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        let accepted = async {
            let place = Arc::clone(&room).acquire_owned().await;
            let place = place.expect("because it is never closed");
            listener.accept().await.map(|(stream, _)| (stream, place))
        };
        let accepted = tokio::select! {
            accepted = accepted => accepted,
            _ = stopped.changed() => return,
        };
        match accepted {
            Ok((stream, place)) => {
                let (server, stopped) = (Arc::clone(&server), stopped.clone());
                tokio::spawn(async move {
                    converse(stream, server, stopped).await;
                    drop(place);
                });
            }
            Err(error) => {
                // As when there are too many open files: others have to end first.
                log::trouble(&format!("a connection could not be accepted: {error}"));
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

/// Answers the requests of one connection.
async fn converse(stream: TcpStream, server: Arc<Server>, mut stopped: watch::Receiver<bool>) {
    // Small answers are sent at once; if that cannot be set they come a little later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(server.respond(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(Steady::new(stream, PATIENCE)), service);
    let mut connection = pin!(connection);
    // How a connection fails is the client's affair: it went away, or spoke no HTTP.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(PATIENCE.max(FAREWELL), connection).await;
}
