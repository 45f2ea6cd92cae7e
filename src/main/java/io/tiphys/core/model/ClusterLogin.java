package io.tiphys.core.model;

import java.util.List;
import java.util.Map;

/// Who the service is to the API server of a cluster.
public sealed interface ClusterLogin {

    /// Nobody, or whoever a client certificate says.
    record None() implements ClusterLogin {}

    record Bearer(Hidden token) implements ClusterLogin {}

    record Basic(String user, Hidden password) implements ClusterLogin {}

    /// Who a command says, by the protocol of `client.authentication.k8s.io`.
    ///
    /// @param apiVersion of that protocol
    /// @param env that the command gets, beside what this process has of its cloud
    /// @param installHint for who has no such command
    /// @param provideClusterInfo whether the command is told of the cluster
    record Command(
            List<String> command,
            Map<String, Hidden> env,
            String apiVersion,
            String installHint,
            boolean provideClusterInfo)
            implements ClusterLogin {

        public Command {
            command = List.copyOf(command);
            env = Map.copyOf(env);
        }
    }
}
