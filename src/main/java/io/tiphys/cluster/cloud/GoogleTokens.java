package io.tiphys.cluster.cloud;

import com.google.auth.oauth2.GoogleCredentials;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.CloudTokens;
import io.tiphys.cluster.Token;
import io.tiphys.core.model.Hidden;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The tokens that Google's cloud gives whoever the service is to it: the account of the file that
/// `GOOGLE_APPLICATION_CREDENTIALS` names, of the pod's workload identity, or of the machine.
@Singleton
final class GoogleTokens implements CloudTokens {

    private static final List<String> SCOPES =
            List.of(
                    "https://www.googleapis.com/auth/cloud-platform",
                    "https://www.googleapis.com/auth/userinfo.email");

    @Override
    public String cloud() {
        return "gcp";
    }

    @Override
    public Token token(Asked asked) {
        try {
            var token = identity(asked).createScoped(SCOPES).refreshAccessToken();
            return new Token(
                    new Hidden(token.getTokenValue()), token.getExpirationTime().toInstant());
        } catch (IOException none) {
            throw new ApiFailure(0, "argocd-k8s-auth gcp: no token is given: " + said(none));
        }
    }

    private static GoogleCredentials identity(Asked asked) throws IOException {
        var file = asked.set("GOOGLE_APPLICATION_CREDENTIALS");
        if (file.isEmpty()) {
            return GoogleCredentials.getApplicationDefault();
        }
        try (var key = Files.newInputStream(Path.of(file.get()))) {
            return GoogleCredentials.fromStream(key);
        }
    }

    /// The first line: what comes after may be what was sent.
    private static String said(IOException none) {
        return String.valueOf(none.getMessage()).lines().findFirst().orElse("");
    }
}
