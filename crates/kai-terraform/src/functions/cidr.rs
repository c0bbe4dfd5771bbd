//! Arithmetic of networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::arguments::{Outcome, SIZE_MAX, number, text, texts, whole};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let of_prefix = |name, returns, body| {
        Function::new(name, returns, body).takes(Parameter::new("prefix", Type::String))
    };
    let number = |name| Parameter::new(name, Type::Number);
    vec![
        of_prefix("cidrhost", Type::String, cidrhost).takes(number("hostnum")),
        of_prefix("cidrnetmask", Type::String, cidrnetmask),
        of_prefix("cidrsubnet", Type::String, cidrsubnet)
            .takes(number("newbits"))
            .takes(number("netnum")),
        of_prefix("cidrsubnets", Type::list(Type::String), cidrsubnets)
            .takes_many(number("newbits")),
    ]
}

/// A network: its first address as a number, and the bits of its prefix.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    is_v4: bool,
}

impl Network {
    fn parse(text: &str) -> Result<Self, FunctionError> {
        Self::read(text).ok_or_else(|| {
            FunctionError::new(format!("invalid CIDR expression: invalid CIDR address: {text}"))
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        if prefix.is_empty() || !prefix.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let (address, is_v4) = match address.contains(':') {
            false => (u128::from(u32::from(v4(address)?)), true),
            true => {
                let address: Ipv6Addr = address.parse().ok()?;
                // What is a network of version 4 in the notation of version 6 is one.
                match address.to_ipv4_mapped() {
                    Some(_) => return None,
                    None => (u128::from(address), false),
                }
            }
        };
        let network = Self { address, prefix: prefix.parse().ok()?, is_v4 };
        (network.prefix <= network.bits()).then(|| network.masked())
    }

    fn bits(self) -> u32 {
        if self.is_v4 { 32 } else { 128 }
    }

    /// A one in each bit that numbers hosts.
    fn host_mask(self) -> u128 {
        match self.bits() - self.prefix {
            128 => u128::MAX,
            bits => (1 << bits) - 1,
        }
    }

    fn masked(self) -> Self {
        Self { address: self.address & !self.host_mask(), ..self }
    }

    fn shown(self, address: u128) -> IpAddr {
        match self.is_v4 {
            true => Ipv4Addr::from(u32::try_from(address & 0xffff_ffff).unwrap_or(0)).into(),
            false => Ipv6Addr::from(address).into(),
        }
    }

    fn text(self) -> String {
        format!("{}/{}", self.shown(self.address), self.prefix)
    }

    /// How far the address after the last one is from the first.
    fn size(self) -> Option<u128> {
        self.host_mask().checked_add(1)
    }
}

/// Terraform takes zeros before a number, as Go once did.
fn v4(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u8> = text
        .split('.')
        .map(|it| {
            let is_number = !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
            it.parse().ok().filter(|_| is_number)
        })
        .collect::<Option<_>>()?;
    <[u8; 4]>::try_from(parts).ok().map(Ipv4Addr::from)
}

fn big(value: &Value) -> Result<num_bigint::BigInt, FunctionError> {
    number(value).to_big().ok_or_else(|| FunctionError::new("value must be a whole number"))
}

fn cidrhost(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let host = big(&arguments[1])?;
    let network = Network::parse(text(&arguments[0]))?;
    // The library looks at the lowest 64 bits only.
    let low = u64::try_from(host.magnitude() % (1_u128 << 64)).unwrap_or(0);
    let mask = network.host_mask();
    let is_negative = host < num_bigint::BigInt::default();
    let distance = match is_negative {
        true => u128::try_from(host.magnitude() - 1_u32).unwrap_or(u128::MAX),
        false => u128::from(low & (u64::MAX >> 1)),
    };
    let is_high = !is_negative && low > u64::MAX >> 1;
    if !is_high && distance > mask {
        let shown = if is_negative { num_bigint::BigInt::from(mask) - distance } else { host };
        return Err(FunctionError::new(format!(
            "prefix of {} does not accommodate a host numbered {shown}",
            network.prefix
        )));
    }
    let number = match is_negative {
        true => mask - distance,
        false => u128::try_from(host).unwrap_or(u128::MAX),
    };
    Ok(Value::string(network.shown(network.address | number).to_string()))
}

fn cidrnetmask(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let network = Network::parse(text(&arguments[0]))?;
    if !network.is_v4 {
        return Err(FunctionError::of(0, "IPv6 addresses cannot have a netmask: only IPv4 can"));
    }
    Ok(Value::string(network.shown(!network.host_mask()).to_string()))
}

fn cidrsubnet(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let new_bits = whole(&arguments[1])?;
    let subnet = big(&arguments[2])?;
    let network = Network::parse(text(&arguments[0]))?;
    let prefix = i64::from(network.prefix).saturating_add(new_bits);
    let fitting = u32::try_from(prefix).ok().filter(|it| *it <= network.bits());
    let Some(prefix) = fitting else {
        return Err(FunctionError::new(format!(
            "insufficient address space to extend prefix of {} by {new_bits}",
            network.prefix
        )));
    };
    // The library looks at the lowest 64 bits only.
    let low = u64::try_from(subnet.magnitude() % (1_u128 << 64)).unwrap_or(0);
    let most = u32::try_from(new_bits).ok().and_then(|it| 1_u64.checked_shl(it));
    if most.is_some_and(|most| low > most - 1) {
        return Err(FunctionError::new(format!(
            "prefix extension of {new_bits} does not accommodate a subnet numbered {subnet}"
        )));
    }
    let shift = network.bits() - prefix;
    let number = u128::try_from(subnet.magnitude()).unwrap_or(0);
    let address = network.address | number.checked_shl(shift).unwrap_or(0);
    let new = Network { address, prefix, ..network };
    Ok(Value::string(new.text()))
}

fn cidrsubnets(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let network = Network::parse(text(&arguments[0]))?;
    if arguments.len() > SIZE_MAX / 256 {
        return Err(FunctionError::new("too many subnets are asked for"));
    }
    let mut subnets: Vec<Network> = Vec::new();
    for (at, argument) in arguments.iter().enumerate().skip(1) {
        let of = |message: String| FunctionError::of(at, message);
        let new_bits = whole(argument).map_err(|it| of(it.message))?;
        if new_bits < 1 {
            return Err(of("must extend prefix by at least one bit".into()));
        }
        if new_bits > 32 {
            return Err(of("may not extend prefix by more than 32 bits".into()));
        }
        let prefix = network.prefix + u32::try_from(new_bits).unwrap_or(0);
        if prefix > network.bits() {
            let version = if network.is_v4 { 4 } else { 6 };
            return Err(of(format!(
                "would extend prefix to {prefix} bits, which is too long for an IPv{version} \
                 address"
            )));
        }
        let next = after(subnets.last(), network, prefix).ok_or_else(|| {
            of(format!(
                "not enough remaining address space for a subnet with a prefix of {prefix} bits \
                 after {}",
                subnets.last().map_or_else(|| network.text(), |it| it.text())
            ))
        })?;
        subnets.push(next);
    }
    Ok(texts(subnets.into_iter().map(Network::text)))
}

/// The first subnet of that prefix behind the last one, within the network.
fn after(last: Option<&Network>, network: Network, prefix: u32) -> Option<Network> {
    let first = Network { prefix, ..network };
    let Some(last) = last else { return Some(first) };
    let end = last.address.checked_add(last.size()?)?;
    let size = first.size()?;
    let address = end.checked_next_multiple_of(size)?;
    let is_inside = address | network.host_mask() == network.address | network.host_mask();
    is_inside.then_some(Network { address, ..first })
}
