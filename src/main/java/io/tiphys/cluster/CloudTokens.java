package io.tiphys.cluster;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Gives the tokens of one cloud that Argo CD's command `argocd-k8s-auth` gives: Secrets name it,
/// and nobody need install it.
public interface CloudTokens {

    /// The command's first argument, such as `aws`.
    String cloud();

    /// @param asked what else the command is told
    /// @throws ApiFailure if the cloud gives none, without credentials in what it says
    Token token(Asked asked);

    /// @param arguments after the cloud's name
    /// @param variable of the environment that the command would have, by its name; empty if it has
    ///     none
    record Asked(List<String> arguments, UnaryOperator<String> variable) {

        /// What stands behind an option, in either of its forms.
        public Optional<String> option(String name) {
            for (int i = 0; i < arguments.size(); i++) {
                var argument = arguments.get(i);
                if (argument.startsWith(name + "=")) {
                    return Optional.of(argument.substring(name.length() + 1));
                }
                if (argument.equals(name) && i + 1 < arguments.size()) {
                    return Optional.of(arguments.get(i + 1));
                }
            }
            return Optional.empty();
        }

        /// Empty for what is not set.
        public Optional<String> set(String name) {
            return Optional.of(variable.apply(name)).filter(it -> !it.isEmpty());
        }
    }
}
