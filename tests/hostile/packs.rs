//! Rule packs and run records that are malformed, huge, or made to hurt.

use crate::run::Place;

fn with_pack(text: &[u8]) -> crate::run::Ran {
    let place = Place::new();
    place.write("a.py", "url = \"https://api.portkey.ai/v1\"\n");
    let pack = place.outside().join("pack.toml");
    std::fs::write(&pack, text).unwrap();
    place.aig(&["migrate", "portkey", "--dry-run", "--source-file", pack.to_str().unwrap()])
}

#[test]
fn a_pack_that_is_malformed_is_told_with_its_name() {
    let builtin =
        std::fs::read(aig_tests::workspace::root().join("crates/migrate-core/sources/portkey.toml")).unwrap();
    let text = String::from_utf8(builtin.clone()).unwrap();
    let cut = &builtin[..builtin.len() / 2 + 7];
    let deep = format!("a = {}{}", "[".repeat(200_000), "]".repeat(200_000));
    let packs: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("no text", b"\xFF\xFE\0\0\xC0".to_vec()),
        ("a key of no one", format!("{text}\n[nonsense]\nx = 1\n").into_bytes()),
        ("a wrong type", b"name = 1\n".to_vec()),
        ("nested 200,000 deep", deep.into_bytes()),
        ("ten million bytes of nothing", vec![b'#'; 10_000_000]),
        (
            "a hundred thousand keys",
            (0..100_000).map(|n| format!("k{n} = {n}\n")).collect::<String>().into_bytes(),
        ),
        ("cut off", cut.to_vec()),
    ];
    for (what, pack) in packs {
        let ran = with_pack(&pack);
        assert_eq!(ran.code, 2, "{what}: {}", ran.stdout);
        assert!(ran.stderr.contains("pack.toml"), "{what}: {}", ran.stderr);
    }
    assert_eq!(with_pack(&builtin).code, 0, "the built-in one is good");
}

/// Every cut of the built-in pack, and every pack with a line left out, is good or told, and nothing else.
#[test]
fn any_cut_of_a_pack_is_good_or_told() {
    let text = std::fs::read_to_string(
        aig_tests::workspace::root().join("crates/migrate-core/sources/portkey.toml"),
    );
    let text = text.unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (mut good, mut told) = (0, 0);
    for left_out in (0..lines.len()).step_by(7) {
        let without: String =
            lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect();
        let cut: String = lines[..left_out].concat();
        for pack in [without, cut] {
            match migrate_core::Source::from_toml(&pack) {
                Ok(_) => good += 1,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    told += 1;
                }
            }
        }
    }
    assert!(good > 0 && told > 0, "{good} good, {told} told");
}
