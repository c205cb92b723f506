//! What sessions use is told while they use it.

use std::time::Duration;

use bus::{Event, Heard};
use serde_json::json;

use crate::client::Ask;
use crate::house::House;

/// However many calls there are, the last that is told is everything that the ledger holds.
#[tokio::test]
async fn what_a_session_used_is_told_until_all_of_it_was_told() {
    const CALLS: u64 = 5;
    let house = House::build().await;
    let mut listener = house.bus.listen();
    for _ in 0..CALLS {
        let messages = json!([{ "role": "user", "content": "[[say one two three]]" }]);
        let body = json!({ "model": "gpt-5.5", "messages": messages });
        let ask = Ask::post("/v1/chat/completions", &body).bearer(&house.token);
        ask.answer(house.address()).await;
    }
    let told = tokio::time::timeout(Duration::from_mins(1), async {
        loop {
            let Heard::Event(Event::UsageChanged(place, sum)) = listener.next().await else {
                panic!("nothing else is told here");
            };
            assert_eq!((place.tenant, place.session), (house.tenant, house.session));
            if sum.calls == CALLS && sum.estimated_calls == 0 {
                return sum;
            }
        }
    });
    let told = told.await.expect("everything is told in the end");
    assert_eq!(told, house.store.usage_sum(house.session).await.unwrap());
    assert!(told.cost.as_nanos() > 0 && told.tokens.output > 0);
}
