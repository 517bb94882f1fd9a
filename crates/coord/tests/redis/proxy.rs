//! A TCP proxy in front of Redis, whose connections can be cut, and which can play dead or asleep.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinSet;

const ALIVE: u8 = 0;
const DEAD: u8 = 1;
const ASLEEP: u8 = 2;

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    cut: broadcast::Sender<()>,
    mood: Arc<AtomicU8>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, mood) = (broadcast::channel(1).0, Arc::new(AtomicU8::new(ALIVE)));
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, server, cut.clone(), Arc::clone(&mood)));
        Self { address, cut, mood, _tasks: tasks }
    }

    /// Breaks all connections, and refuses new ones.
    pub(crate) fn die(&self) {
        self.change(DEAD);
    }

    /// Breaks all connections; new ones are accepted and never answered.
    pub(crate) fn fall_asleep(&self) {
        self.change(ASLEEP);
    }

    pub(crate) fn revive(&self) {
        self.change(ALIVE);
    }

    fn change(&self, mood: u8) {
        self.mood.store(mood, Ordering::SeqCst);
        let _ = self.cut.send(());
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, cut: broadcast::Sender<()>, mood: Arc<AtomicU8>) {
    let mut connections = JoinSet::new();
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let (mood, mut until_cut) = (mood.load(Ordering::SeqCst), cut.subscribe());
        if mood == DEAD {
            continue;
        }
        connections.spawn(async move {
            let passing_on = async {
                if mood == ASLEEP {
                    return std::future::pending().await;
                }
                let Ok(mut upstream) = TcpStream::connect(server).await else { return };
                let _ = copy_bidirectional(&mut client, &mut upstream).await;
            };
            tokio::select! {
                () = passing_on => {}
                _ = until_cut.recv() => {}
            }
        });
    }
}
