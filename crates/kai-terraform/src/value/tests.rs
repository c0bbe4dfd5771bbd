use super::{Number, Type, Value};

#[track_caller]
fn check(
    one: &str,
    operation: fn(&Number, &Number) -> Option<Number>,
    other: &str,
    expected: &str,
) {
    let (one, other) = (Number::parse(one).unwrap(), Number::parse(other).unwrap());
    assert_eq!(operation(&one, &other).unwrap().to_string(), expected);
}

#[test]
fn decimals_add_up_as_they_read() {
    check("0.1", Number::plus, "0.2", "0.3");
    check("1e3", Number::minus, "0.001", "999.999");
    check("-7", Number::remainder, "3", "-1");
    check("1e30", Number::times, "1.5", "1500000000000000000000000000000");
}

#[test]
fn a_third_prints_the_shortest_digits_that_read_back_and_three_of_them_are_one() {
    let (one, three) = (Number::parse("1").unwrap(), Number::parse("3").unwrap());
    let third = one.divided_by(&three).unwrap();
    assert_eq!(third.to_string(), format!("0.{}5", "3".repeat(154)));
    assert_eq!(third.times(&three).unwrap(), one);
}

#[test]
fn a_double_prints_as_a_double() {
    assert_eq!(
        Number::from_f64(2.999_999_999_999_999_6).unwrap().to_string(),
        "2.9999999999999996"
    );
    assert_eq!(Number::from_f64(0.1).unwrap().to_f64().to_bits(), 0.1_f64.to_bits());
}

#[test]
fn numbers_become_texts_and_texts_numbers() {
    let list = Value::tuple(vec![Value::int(1), Value::string("a")]);
    let list = list.convert(&Type::list(Type::Dynamic)).unwrap();
    assert_eq!(list.ty(), Type::list(Type::String));
    assert_eq!(list.elements().unwrap()[0].as_str(), Some("1"));
    let error = Value::string("x").convert(&Type::Number).unwrap_err();
    assert_eq!(error.message, "a number is required");
}

#[test]
fn a_set_has_each_element_once_and_in_order() {
    let set = Value::set(Type::Number, vec![Value::int(3), Value::int(1), Value::int(3)]);
    let numbers: Vec<_> = set.elements().unwrap().iter().filter_map(Value::as_number).collect();
    assert_eq!(numbers, [&Number::from_i64(1), &Number::from_i64(3)]);
}
