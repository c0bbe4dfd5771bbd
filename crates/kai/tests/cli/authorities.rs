//! A provider behind the certificate of a company, whose authority no browser knows, and charts in clear.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::run::{Ran, empty_folder, kai_with, repository, write};
use crate::vendor::{archive, ok, serve};

/// Identifiers of X.509 in their encoding.
const EC_KEY: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const ECDSA_SHA256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const COMMON_NAME: &[u8] = &[6, 3, 0x55, 4, 3];
const BASIC_CONSTRAINTS: &[u8] = &[6, 3, 0x55, 0x1d, 0x13];
const ALTERNATIVE_NAME: &[u8] = &[6, 3, 0x55, 0x1d, 0x11];

fn tagged(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).expect("certificates are short").to_be_bytes();
    let mut all = match content.len() {
        0..0x80 => vec![tag, length[1]],
        0x80..0x100 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    all.extend(content);
    all
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(0x30, parts)
}

fn name(text: &str) -> Vec<u8> {
    let attribute = sequence(&[COMMON_NAME, &tagged(0x0c, &[text.as_bytes()])]);
    sequence(&[&tagged(0x31, &[&attribute])])
}

/// A pair of keys, and the bytes that a server reads it from.
struct Keys {
    pair: EcdsaKeyPair,
    bytes: Vec<u8>,
}

impl Keys {
    fn new() -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("there is chance");
        let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random);
        Self { pair: pair.expect("it was just made"), bytes: made.as_ref().to_vec() }
    }
}

/// The certificate of a key, with one thing that is said of it.
fn certificate(subject: &str, keys: &Keys, signer: &Keys, what: &[u8], value: &[u8]) -> Vec<u8> {
    let algorithm = sequence(&[ECDSA_SHA256]);
    let validity =
        sequence(&[&tagged(0x17, &[b"200101000000Z"]), &tagged(0x18, &[b"21000101000000Z"])]);
    let key = tagged(3, &[&[0], keys.pair.public_key().as_ref()]);
    let key = sequence(&[&sequence(&[EC_KEY, P256]), &key]);
    let extension = sequence(&[what, &tagged(4, &[&sequence(&[value])])]);
    let extensions = tagged(0xa3, &[&sequence(&[&extension])]);
    let version = tagged(0xa0, &[&[2, 1, 2]]);
    let parts: [&[u8]; 8] = [
        &version,
        &[2, 1, 1],
        &algorithm,
        &name("A company"),
        &validity,
        &name(subject),
        &key,
        &extensions,
    ];
    let told = sequence(&parts);
    let signature = signer.pair.sign(&SystemRandom::new(), &told).expect("there is chance");
    sequence(&[&told, &algorithm, &tagged(3, &[&[0], signature.as_ref()])])
}

/// A provider that says nothing of use, and how often it was asked.
fn provider(company: &Keys) -> (String, Arc<AtomicUsize>) {
    let keys = Keys::new();
    let here = [&[0x87, 4][..], &[127, 0, 0, 1]].concat();
    let own = certificate("A provider", &keys, company, ALTERNATIVE_NAME, &here);
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(keys.bytes));
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .expect("it speaks TLS")
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(own)], key)
        .expect("the certificate is that of the key");
    let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has a loopback");
    let address = listener.local_addr().expect("it is bound").to_string();
    let asked = Arc::new(AtomicUsize::new(0));
    let (config, counted) = (Arc::new(config), Arc::clone(&asked));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else { return };
            // Who does not believe the certificate hangs up.
            if answer(&mut StreamOwned::new(connection, stream)).is_ok() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    (address, asked)
}

fn answer<S: Read + Write>(stream: &mut StreamOwned<ServerConnection, S>) -> std::io::Result<()> {
    let mut asked = [0; 1 << 20];
    let mut length = 0;
    while !asked[..length].ends_with(b"}") {
        match stream.read(&mut asked[length..])? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            more => length += more,
        }
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ndata: [DONE]\n\n")?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn ask(place: &Path, authorities: &str) -> Ran {
    let (models, state) = (place.join("models.toml"), place.join("state"));
    let path = |it: &Path| it.to_str().expect("it is UTF-8").to_owned();
    let variables = [
        ("KAI_CACHE", ""),
        ("KAI_MODELS", &path(&models)),
        ("KAI_STATE", &path(&state)),
        ("SSL_CERT_FILE", authorities),
    ];
    let folder = repository().join("examples/payments");
    kai_with(&folder, &["ask", "What breaks first?", "--model", "x"], None, &variables)
}

#[test]
fn a_company_vouches_for_its_provider_where_its_certificates_are_named() {
    let company = Keys::new();
    let (address, asked) = provider(&company);
    let place = empty_folder("authorities");
    let model = format!(
        "[models.x]\napi = \"chat\"\nbase-url = \"https://{address}/v1\"\nmodel = \"m\"\nrepetitions = 0\n"
    );
    write(&place, "models.toml", model);
    let own = certificate("A company", &company, &company, BASIC_CONSTRAINTS, &[1, 1, 0xff]);
    let own = BASE64_STANDARD.encode(own);
    write(
        &place,
        "company.pem",
        format!("-----BEGIN CERTIFICATE-----\n{own}\n-----END CERTIFICATE-----\n"),
    );
    let refused = ask(&place, "").stderr;
    assert!(refused.contains("UnknownIssuer; name the certificates"), "{refused}");
    let absent = ask(&place, "/nowhere.pem").stderr;
    assert!(absent.contains("cannot read `/nowhere.pem`"), "{absent}");
    let models = place.join("models.toml");
    let empty = ask(&place, models.to_str().expect("it is UTF-8")).stderr;
    assert!(empty.contains("holds no certificate"), "{empty}");
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let company = place.join("company.pem");
    let believed = ask(&place, company.to_str().expect("it is UTF-8")).stderr;
    assert!(believed.contains("answered without the model"), "{believed}");
    assert_eq!(asked.load(Ordering::Relaxed), 1, "{believed}");
}

/// Fetches the chart behind an address, with authorities of a file.
fn fetch(place: &Path, address: &str, authorities: &str) -> Ran {
    let release = format!("name = \"a\"\n  chart = \"{address}\"");
    write(place, "shop/main.tf", format!("resource \"helm_release\" \"a\" {{\n  {release}\n}}\n"));
    let variables = [("KAI_CACHE", "cache"), ("SSL_CERT_FILE", authorities)];
    kai_with(place, &["vendor", "shop"], None, &variables)
}

#[test]
fn only_an_encrypted_address_needs_somebody_to_vouch_for_it() {
    let place = empty_folder("authorities-of-charts");
    let packed = archive(&place, "redis", "18.2.1");
    let port = serve(move |_, _| ok(&packed));
    let address = format!("127.0.0.1:{port}/redis.tgz");
    let absent = fetch(&place, &format!("https://{address}"), "nowhere.pem").stderr;
    let reason = "cannot read `nowhere.pem`, which `SSL_CERT_FILE` names: No such file";
    let said = absent.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(reason), "{said}");
    let in_clear = fetch(&place, &format!("http://{address}"), "nowhere.pem");
    assert_eq!(in_clear.code, Some(0), "{in_clear:?}");
}
