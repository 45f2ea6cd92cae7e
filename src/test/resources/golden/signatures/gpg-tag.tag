object 6a9e4cc6bc98549919d28bf93da8f0969f284a94
type commit
tag gpg-tag
tagger Ada <ada@example.org> 1795908030 +0000

Signed
-----BEGIN PGP SIGNATURE-----

iHUEABYIAB0WIQSxbLdsMj85hqs8Fk2uylHJXPX+OQUCawthvgAKCRCuylHJXPX+
ObiwAP0VCWL08Wu+jrvEjtBOmXWuqp4IrY5+p3f6S5lRkghL+AD/d3J3SXZX/YLc
SKngFVu+Lge0/AVfpoazXBdhhLLQSgc=
=k4rF
-----END PGP SIGNATURE-----
