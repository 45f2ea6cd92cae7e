package io.tiphys.core.image;

import com.google.re2j.Pattern;
import java.util.Optional;

/// Where `registries.conf` says that a registry's user and password are.
public sealed interface CredentialSource {

    Pattern VARIABLE = Pattern.compile("env:([A-Za-z_][A-Za-z0-9_]*)");
    Pattern COMMAND = Pattern.compile("ext:(/[^\\x00-\\x1f]+)");

    record Secret(PullSecret secret) implements CredentialSource {}

    /// An environment variable of the service.
    record Variable(String name) implements CredentialSource {}

    /// What a program prints.
    ///
    /// @param path absolute
    record Command(String path) implements CredentialSource {}

    /// @return empty if it is none
    static Optional<CredentialSource> parse(String text) {
        var variable = VARIABLE.matcher(text);
        if (variable.matches()) {
            return Optional.of(new Variable(variable.group(1)));
        }
        var command = COMMAND.matcher(text);
        if (command.matches()) {
            return Optional.of(new Command(command.group(1)));
        }
        return PullSecret.find(text).map(Secret::new);
    }
}
