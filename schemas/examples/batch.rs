//! Reads a batch from standard input, child by child, and says how many there were and what the
//! longest JSON of one was: `batch FOLDER {namespace}Root < batch.xml`.

use std::path::Path;

use contract::xml::Stream;
use contract::{Contract, Governance, Limits, QName};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(root)) = (arguments.next(), arguments.next()) else {
        return Err("batch FOLDER {namespace}Root < batch.xml".into());
    };
    let contract = Contract::load(Path::new(&folder), Governance::Ungoverned)?;
    let root = contract
        .root(&root.parse::<QName>()?)
        .ok_or("the contract has no such element")?;
    let input = std::io::stdin().lock();
    let mut stream = Stream::new(&contract, root, input, &Limits::default())?;
    let (mut count, mut longest, mut line) = (0_u64, 0, Vec::new());
    while let Some(document) = stream.next()? {
        line.clear();
        document.write_json(&mut line);
        count += 1;
        longest = longest.max(line.len());
    }
    println!("{count} children, the longest {longest} bytes of JSON");
    Ok(())
}
