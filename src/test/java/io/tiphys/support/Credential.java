package io.tiphys.support;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.model.RepositorySecret.Kind;
import io.tiphys.core.policy.CredentialChoice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Credentials as a Secret would give them.
public final class Credential {

    private Credential() {}

    /// Of a Secret named `creds` for that very repository.
    public static GitCredential of(String url, Map<String, String> fields) {
        return of("creds", url, fields);
    }

    public static GitCredential of(String name, String url, Map<String, String> fields) {
        var hidden = new HashMap<String, Hidden>();
        fields.forEach((key, value) -> hidden.put(key, new Hidden(value)));
        return CredentialChoice.reading(
                url,
                "",
                List.of(
                        new RepositorySecret(
                                name, Kind.REPOSITORY, RepositoryAddress.of(url), "", hidden)));
    }
}
