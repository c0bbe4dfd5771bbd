use expect_test::expect;

use crate::yaml::resolve;

/// Every row was compared with what `yaml.YAMLToJSON` of sigs.k8s.io/yaml 1.6.0 prints.
#[test]
fn plain_scalars_have_the_types_that_the_api_server_sees() {
    let table: String = [
        "",
        "~",
        "null",
        "Null",
        "NULL",
        "nUll",
        "y",
        "Y",
        "n",
        "N",
        "yes",
        "Yes",
        "yEs",
        "no",
        "on",
        "On",
        "off",
        "OFF",
        "true",
        "True",
        "tRUE",
        "false",
        "0",
        "-0",
        "+1",
        "12",
        "0755",
        "08",
        "0o17",
        "0O17",
        "0x1f",
        "0X1F",
        "0b11",
        "-0b11",
        "1_000",
        "_1",
        "1e3",
        "1E3",
        "1.",
        "1.5",
        ".5",
        "+.5",
        "-.5e-3",
        ".",
        "..",
        "1e999",
        "1:20",
        "1.2.3",
        "2001-01-01",
        "2001-01-01T00:00:00Z",
        ".inf",
        "-.inf",
        "+.Inf",
        ".nan",
        ".NaN",
        "-.nan",
        "inf",
        "=",
        "<<",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "0x",
        "-",
        "+",
        "1e",
        "0xg",
        "5Gi",
        "100m",
        "1,000",
    ]
    .iter()
    .map(|text| format!("{text}: {:?}\n", resolve(text)))
    .collect();
    expect![[r#"
        : Null
        ~: Null
        null: Null
        Null: Null
        NULL: Null
        nUll: Str
        y: Bool
        Y: Bool
        n: Bool
        N: Bool
        yes: Bool
        Yes: Bool
        yEs: Str
        no: Bool
        on: Bool
        On: Bool
        off: Bool
        OFF: Bool
        true: Bool
        True: Bool
        tRUE: Str
        false: Bool
        0: Int
        -0: Int
        +1: Int
        12: Int
        0755: Int
        08: Float
        0o17: Int
        0O17: Int
        0x1f: Int
        0X1F: Int
        0b11: Int
        -0b11: Int
        1_000: Int
        _1: Str
        1e3: Float
        1E3: Float
        1.: Float
        1.5: Float
        .5: Float
        +.5: Float
        -.5e-3: Float
        .: Str
        ..: Str
        1e999: Str
        1:20: Str
        1.2.3: Str
        2001-01-01: Str
        2001-01-01T00:00:00Z: Str
        .inf: Float
        -.inf: Float
        +.Inf: Float
        .nan: Float
        .NaN: Float
        -.nan: Str
        inf: Str
        =: Str
        <<: Str
        18446744073709551615: Int
        18446744073709551616: Float
        -9223372036854775808: Int
        -9223372036854775809: Float
        0x: Str
        -: Str
        +: Str
        1e: Str
        0xg: Str
        5Gi: Str
        100m: Str
        1,000: Str
    "#]]
    .assert_eq(&table);
}
