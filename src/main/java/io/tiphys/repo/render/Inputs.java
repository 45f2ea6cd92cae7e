package io.tiphys.repo.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Names what a rendering depends on.
final class Inputs {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Inputs() {}

    /// @param parts strings, numbers, records, lists and maps of them
    /// @return another name for every other content of the parts
    static String of(Object... parts) {
        try {
            var text = JSON.writeValueAsString(List.of(parts));
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException("The parts are no JSON", impossible);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
