//! Tables of HCL.

use super::tree;

#[test]
fn trees() {
    let table = [(
        "a \"b\" {\n  c = \"d ${var.e}\"\n  f = { g = var.h, \"i\" = [1] }\n}\n",
        r##"(Map (Other (Name "a") (String "b") (Map (Pair (Name/Key "c") (Other/Value (String "d ${var.e}" (Hole (Other (Name "var") (Other (Name "e"))))))) (Pair (Name/Key "f") (Map/Value (Pair (Name/Key "g") (Other/Value (Name "var") (Other (Name "h")))) (Pair (String/Key "i") (List/Value (String "1"))))))))"##,
    )];
    for (text, expected) in table {
        assert_eq!(tree("hcl", text), expected, "{text}");
    }
}
