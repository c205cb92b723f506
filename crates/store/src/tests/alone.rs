//! Work that comes alone has a transaction to itself.

use super::*;

/// It is undone as a whole when it fails, its caller hears why, and the next one finds a writer.
#[tokio::test]
async fn work_that_fails_alone_is_undone() {
    let house = House::build().await;
    for round in 0..3 {
        let [bad, good] = [(); 2].map(|()| {
            let id = CommandId::new(NOW, &house.rng);
            NewCommand { id, ..house.command() }
        });
        let failing = house.store.write::<(), StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.command_append(&bad).await?;
                Err(StoreError::Undone("on purpose".to_owned()))
            })
        });
        let error = failing.await.unwrap_err();
        assert!(error.to_string().contains("on purpose"), "{error}");
        let pending = house.store.commands_pending(house.machine, 0, 100).await.unwrap();
        assert_eq!(pending.len(), round);
        let writing = house.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.command_append(&good).await.map(drop) })
        });
        writing.await.unwrap();
    }
    let pending = house.store.commands_pending(house.machine, 0, 100).await.unwrap();
    let numbers: Vec<u64> = pending.iter().map(|command| command.seq).collect();
    assert_eq!(numbers, [1, 2, 3], "numbers have no holes");
}

/// What a statement changes leaves no copy in a file of its own.
#[tokio::test]
async fn journals_of_statements_are_in_memory() {
    const IN_MEMORY: i64 = 2;
    let house = House::build().await;
    let asking = house.store.write::<i64, StoreError, _>(|tx| {
        Box::pin(async move {
            let asked = sqlx::query_scalar("PRAGMA temp_store").fetch_one(&mut tx.connection).await;
            asked.map_err(crate::columns::failed("ask"))
        })
    });
    assert_eq!(asking.await.unwrap(), IN_MEMORY);
}
