"""Valid and invalid certificates for a local server, created when the tests run."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


class CertificateAuthority:
    """A certificate authority in `folder`; each certificate is a file that includes its key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _x509_name("the tests' authority")
        certificate = self._sign(self._name, self._key.public_key(), is_authority=True)
        self.ca_path = folder / "authority.pem"
        self.ca_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, host: str = "127.0.0.1", *, days: int = 1, from_day: int = -3) -> Path:
        """Return a certificate signed by the authority for `host`, valid for the given days."""
        key = ec.generate_private_key(ec.SECP256R1())
        days = max(days, from_day + 1)
        certificate = self._sign(
            _x509_name(host), key.public_key(), host=host, days=days, from_day=from_day
        )
        return self._write(certificate, key)

    def issue_self_signed(self) -> Path:
        """Return a self-signed certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _x509_name("127.0.0.1")
        builder = _certificate_builder(name, name, key.public_key(), key.public_key())
        return self._write(builder.sign(key, hashes.SHA256()), key)

    def issue_untrusted(self) -> Path:
        """Return a certificate of another authority with the same name."""
        folder = self._folder / "stranger"
        folder.mkdir(exist_ok=True)
        return CertificateAuthority(folder).issue()

    def _sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        host: str = "",
        days: int = 1,
        from_day: int = -3,
        is_authority: bool = False,
    ) -> x509.Certificate:
        builder = _certificate_builder(
            name,
            self._name,
            key,
            self._key.public_key(),
            host=host,
            days=days,
            from_day=from_day,
            is_authority=is_authority,
        )
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, certificate: x509.Certificate, key: Key) -> Path:
        path = self._folder / f"{next(self._numbers)}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path


def _certificate_builder(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    *,
    host: str = "127.0.0.1",
    days: int = 1,
    from_day: int = -3,
    is_authority: bool = False,
) -> x509.CertificateBuilder:
    # OpenSSL uses the machine's clock, not the tests' fake clock.
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=from_day))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        # Python 3.13 checks strictly (VERIFY_X509_STRICT) and requires these three extensions.
        .add_extension(_key_usage(is_authority=is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
        )
    )
    if not host:
        return builder
    try:
        alternative_name: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        alternative_name = x509.DNSName(host)
    return builder.add_extension(x509.SubjectAlternativeName([alternative_name]), critical=False)


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _x509_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
