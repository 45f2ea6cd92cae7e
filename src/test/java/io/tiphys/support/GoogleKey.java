package io.tiphys.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.KeyPair;
import java.util.Map;

/// The key of a service account, as Google gives it out.
public final class GoogleKey {

    public static final KeyPair PAIR = SshGitHost.key("ssh-rsa", 2048);
    public static final String EMAIL = "tiphys@project.iam.gserviceaccount.com";

    private GoogleKey() {}

    /// @param endpoint where tokens are given for it
    public static String json(String endpoint) {
        try {
            return new ObjectMapper()
                    .writeValueAsString(
                            Map.of(
                                    "type",
                                    "service_account",
                                    "client_email",
                                    EMAIL,
                                    "private_key_id",
                                    "key-1",
                                    "private_key",
                                    SelfSigned.pem(PAIR.getPrivate()),
                                    "token_uri",
                                    endpoint));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
