//! Every algorithm verifies what its own key signed, and nothing else does.

use openssl::bn::BigNumContext;
use openssl::pkey::Private;
use openssl::sign::Signer;

use super::*;

const BYTES: &[u8] = b"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJQUlVFQkEifQ";

struct Own {
    private: PKey<Private>,
    public: VerifyingKey,
}

fn rsa(bits: u32) -> Own {
    let key = Rsa::generate(bits).unwrap();
    let public = VerifyingKey::rsa(&key.n().to_vec(), &key.e().to_vec()).unwrap();
    let private = PKey::from_rsa(key).unwrap();
    Own { private, public }
}

fn coordinates(curve: Curve) -> (PKey<Private>, Vec<u8>, Vec<u8>) {
    let group = EcGroup::from_curve_name(curve.nid()).unwrap();
    let key = EcKey::generate(&group).unwrap();
    let mut context = BigNumContext::new().unwrap();
    let (mut x, mut y) = (BigNum::new().unwrap(), BigNum::new().unwrap());
    let point = key.public_key();
    point
        .affine_coordinates(&group, &mut x, &mut y, &mut context)
        .unwrap();
    let length = i32::try_from(curve.length()).unwrap();
    let [x, y] = [x, y].map(|number| number.to_vec_padded(length).unwrap());
    (PKey::from_ec_key(key).unwrap(), x, y)
}

fn ec(curve: Curve) -> Own {
    let (private, x, y) = coordinates(curve);
    let public = VerifyingKey::ec(curve, &x, &y).unwrap();
    Own { private, public }
}

fn sign(algorithm: Algorithm, own: &Own) -> Vec<u8> {
    let mut signer = Signer::new(algorithm.hash(), &own.private).unwrap();
    if algorithm == Algorithm::Ps256 {
        signer.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
        signer
            .set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)
            .unwrap();
    }
    let signature = signer.sign_oneshot_to_vec(BYTES).unwrap();
    let Kind::Ec(curve) = algorithm.kind() else {
        return signature;
    };
    let length = i32::try_from(curve.length()).unwrap();
    let numbers = EcdsaSig::from_der(&signature).unwrap();
    let mut both = numbers.r().to_vec_padded(length).unwrap();
    both.extend(numbers.s().to_vec_padded(length).unwrap());
    both
}

#[test]
fn a_key_verifies_what_it_signed_by_its_own_algorithm_only() {
    use Algorithm::{Es256, Es384, Ps256, Rs256};
    let (rsa, p256, p384) = (rsa(2048), ec(Curve::P256), ec(Curve::P384));
    let owners = [(Rs256, &rsa), (Ps256, &rsa), (Es256, &p256), (Es384, &p384)];
    for (algorithm, own) in owners {
        assert_eq!(Algorithm::of_name(algorithm.name()), Some(algorithm));
        let good = sign(algorithm, own);
        own.public.verify(algorithm, BYTES, &good).unwrap();
        let mut other = good.clone();
        *other.last_mut().unwrap() ^= 1;
        let longer = [&good[..], &[0]].concat();
        let zeros = vec![0; good.len()];
        for bad in [&other[..], &longer, &zeros, &good[1..], b""] {
            let refused = own.public.verify(algorithm, BYTES, bad);
            assert!(matches!(refused, Err(JwsFault::Mismatch)), "{algorithm:?}");
        }
        let moved = own.public.verify(algorithm, &BYTES[1..], &good);
        assert!(matches!(moved, Err(JwsFault::Mismatch)), "{algorithm:?}");
        for (wrong, another) in owners {
            let said = another.public.verify(algorithm, BYTES, &good);
            let same_key = std::ptr::eq(own, another);
            assert_eq!(said.is_ok(), same_key, "{algorithm:?} by {wrong:?}");
            let confused = own.public.verify(wrong, BYTES, &good);
            assert_eq!(confused.is_ok(), wrong == algorithm, "{wrong:?}");
        }
    }
}

#[test]
fn only_four_names_are_algorithms() {
    let names = [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS1", "RS384", "ES512", "EdDSA",
        "rs256", "RS256 ",
    ];
    for name in names {
        assert_eq!(Algorithm::of_name(name), None, "{name}");
    }
}

#[test]
fn weak_odd_and_impossible_keys_are_refused() {
    let refused = |key: Result<VerifyingKey, JwsFault>| matches!(key, Err(JwsFault::Key));
    let small = Rsa::generate(1024).unwrap();
    assert!(refused(VerifyingKey::rsa(&small.n().to_vec(), &[1, 0, 1])));
    let modulus = [0xff_u8; 256];
    for exponent in [&[][..], &[1], &[2], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
        assert!(
            refused(VerifyingKey::rsa(&modulus, exponent)),
            "{exponent:?}"
        );
    }
    assert!(refused(VerifyingKey::rsa(&[0xff; 1025], &[1, 0, 1])));
    let (_, x, y) = coordinates(Curve::P256);
    let mut off = y.clone();
    off[31] ^= 1;
    let table: [(Curve, &[u8], &[u8]); 5] = [
        (Curve::P256, &x, &off),
        (Curve::P256, &x[1..], &y),
        (Curve::P384, &x, &y),
        (Curve::P256, &[0; 32], &[0; 32]),
        (Curve::P256, &[0xff; 32], &[0xff; 32]),
    ];
    for (curve, x, y) in table {
        assert!(refused(VerifyingKey::ec(curve, x, y)), "{curve:?} {x:?}");
    }
}
