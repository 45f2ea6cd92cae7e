package io.tiphys.repo.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiphys.core.model.Manifest;
import io.tiphys.repo.Rendered;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Rendered manifests as bytes that only who has the key can make: a code over the inputs and the
/// content, then the content as compressed JSON. Bytes that are damaged, that somebody else wrote,
/// or that were written for other inputs, do not open.
final class Seal {

    private static final String ALGORITHM = "HmacSHA256";

    static final int KEY_BYTES = 32;

    private static final int CODE_BYTES = 32;

    private static final int MARK_BYTES = 4;

    /// Every text comes back as it was, halves of characters included. What is read was rendered
    /// within limits and is authentic, so that limits would only lose it.
    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .maxNameLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .build();

    private final byte[] key;

    private record Content(List<Manifest> manifests, boolean varies) {}

    /// @param key secret bytes
    Seal(byte[] key) {
        this.key = key.clone();
    }

    /// With a key of its own, made of a secret that is for other things as well.
    static Seal derived(String secret, String purpose) {
        return new Seal(mac(secret.getBytes(UTF_8)).doFinal(purpose.getBytes(UTF_8)));
    }

    /// Tells the key from others, and nothing else of it.
    String mark() {
        return HexFormat.of().formatHex(mac(key).doFinal("mark".getBytes(UTF_8)), 0, MARK_BYTES);
    }

    byte[] close(String inputs, Rendered rendered) {
        var content = compressed(rendered);
        var sealed = new byte[CODE_BYTES + content.length];
        System.arraycopy(content, 0, sealed, CODE_BYTES, content.length);
        System.arraycopy(code(inputs, sealed), 0, sealed, 0, CODE_BYTES);
        return sealed;
    }

    /// @return empty if these bytes are not what was closed for these inputs
    Optional<Rendered> open(String inputs, byte[] sealed) {
        if (sealed.length < CODE_BYTES || !isAuthentic(inputs, sealed)) {
            return Optional.empty();
        }
        var content = new ByteArrayInputStream(sealed, CODE_BYTES, sealed.length - CODE_BYTES);
        try (var json = new InflaterInputStream(content)) {
            var known = JSON.readValue(json, Content.class);
            return Optional.of(Rendered.of(known.manifests(), known.varies()));
        } catch (IOException impossible) {
            throw new UncheckedIOException("What is authentic cannot be read", impossible);
        }
    }

    private static byte[] compressed(Rendered rendered) {
        var bytes = new ByteArrayOutputStream();
        var fast = new Deflater(Deflater.BEST_SPEED);
        try (var deflated = new DeflaterOutputStream(bytes, fast)) {
            JSON.writeValue(deflated, new Content(rendered.manifests(), rendered.varies()));
        } catch (IOException impossible) {
            throw new UncheckedIOException("Manifests are no JSON", impossible);
        } finally {
            fast.end();
        }
        return bytes.toByteArray();
    }

    private boolean isAuthentic(String inputs, byte[] sealed) {
        var code = new byte[CODE_BYTES];
        System.arraycopy(sealed, 0, code, 0, CODE_BYTES);
        return MessageDigest.isEqual(code, code(inputs, sealed));
    }

    private byte[] code(String inputs, byte[] sealed) {
        var mac = mac(key);
        mac.update(inputs.getBytes(UTF_8));
        mac.update((byte) 0);
        mac.update(sealed, CODE_BYTES, sealed.length - CODE_BYTES);
        return mac.doFinal();
    }

    private static Mac mac(byte[] key) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, impossible);
        }
    }
}
