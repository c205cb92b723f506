//! Runs the scripted model provider until Ctrl-C, to point an agent at it by hand.
//!
//! ```text
//! cargo run -p sim --example provider
//! ANTHROPIC_BASE_URL=http://127.0.0.1:PORT ANTHROPIC_AUTH_TOKEN=x claude -p '[[write a.txt hi]]'
//! ```
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::sync::Arc;
use std::time::Duration;

use sim::provider::{Bodies, Config, Exchange, SimProvider};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let pace = Duration::from_millis(5);
    let provider = SimProvider::start(Config { key: None, pace, bodies: Bodies::Hashed }).await?;
    println!("Anthropic, Gemini: {}", provider.base_url());
    println!("OpenAI:            {}", provider.openai_base_url());
    tokio::select! {
        // Never ends by itself.
        () = show_all(&provider) => {}
        // Enough.
        stop = tokio::signal::ctrl_c() => stop?,
    }
    provider.stop().await;
    Ok(())
}

/// Shows each request once it is answered.
async fn show_all(provider: &SimProvider) {
    let mut seen = 0;
    loop {
        provider.requests_reach(seen + 1).await;
        for exchange in provider.exchanges() {
            if exchange.number > seen {
                seen = exchange.number;
                exchange.settled().await;
                show(&exchange);
            }
        }
    }
}

fn show(exchange: &Arc<Exchange>) {
    let Exchange { number, method, path, query, .. } = &**exchange;
    let query = query.as_deref().map_or_else(String::new, |query| format!("?{query}"));
    let status = exchange.status().map_or_else(String::new, |status| status.as_u16().to_string());
    let tokens = exchange.tokens().unwrap_or_default().total();
    println!(
        "{number:>4} {status} {:?} {method} {path}{query} {tokens} tokens",
        exchange.delivered()
    );
}
