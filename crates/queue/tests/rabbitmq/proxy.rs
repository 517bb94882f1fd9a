//! A TCP proxy in front of the broker, whose connections can be cut, and which can play dead.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinSet;

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    cut: broadcast::Sender<()>,
    dead: Arc<AtomicBool>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, dead) = (broadcast::channel(1).0, Arc::new(AtomicBool::new(false)));
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, server, cut.clone(), Arc::clone(&dead)));
        Self { address, cut, dead, _tasks: tasks }
    }

    /// Breaks all connections; new ones can be made.
    pub(crate) fn cut(&self) {
        let _ = self.cut.send(());
    }

    /// Breaks all connections, and refuses new ones.
    pub(crate) fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
        self.cut();
    }

    pub(crate) fn revive(&self) {
        self.dead.store(false, Ordering::SeqCst);
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    cut: broadcast::Sender<()>,
    dead: Arc<AtomicBool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        if dead.load(Ordering::SeqCst) {
            continue;
        }
        let mut until_cut = cut.subscribe();
        connections.spawn(async move {
            let Ok(mut upstream) = TcpStream::connect(server).await else { return };
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut upstream) => {}
                _ = until_cut.recv() => {}
            }
        });
    }
}
