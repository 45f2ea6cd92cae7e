package io.tiphys.core.model;

import java.util.List;

/// By whom the commits of some repositories must be signed.
public record SignaturePolicy(List<Addresses> repositories, Signers signers) {

    /// Repositories by a glob of their addresses.
    ///
    /// @param except whether it takes those out of the policy
    /// @param spelled the glob of addresses as Applications spell them
    /// @param canonical the same of addresses as [RepositoryUrl] spells them
    public record Addresses(boolean except, Glob spelled, Glob canonical) {

        static Addresses read(Fields fields) {
            var text = fields.string("url");
            boolean except = text.startsWith("!");
            var glob = except ? text.substring(1) : text;
            var field = fields.where() + ".url";
            return new Addresses(
                    except, new Glob(field, glob), new Glob(field, RepositoryUrl.canonical(glob)));
        }
    }

    /// For all repositories, whose newest commits must be signed with one of some GPG keys.
    static SignaturePolicy everywhere(List<String> gpgKeys) {
        var all = new Glob("", "*");
        return new SignaturePolicy(
                List.of(new Addresses(false, all, all)),
                new Signers(Signers.Mode.HEAD, gpgKeys, List.of()));
    }

    static SignaturePolicy read(Fields fields) {
        return new SignaturePolicy(fields.objects("repos", Addresses::read), Signers.read(fields));
    }
}
