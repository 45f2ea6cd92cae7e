package io.tiphys.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// The manifests of Applications with images of three sorts, and what they are to become.
final class ImageFiles {

    static final String HOST = "registry.local";

    /// Below which the files are.
    static final String ROOT = "apps/";

    /// One that all of them use; one of which the registry is asked for the platforms, too.
    static final String SHARED = "team/web";

    static final String ASKED = "team/built";

    private static final String FIRST = "1.0.0";

    private final int applications;

    /// What is to be in Git.
    private final Map<String, String> files = new TreeMap<>();

    /// An image's tag in a file, and what comes in its place.
    record Retag(String file, String image, String tag) {

        String in(String text) {
            return text.replaceFirst(
                    "(?m)(\"%s/%s:)[0-9.]+\"".formatted(HOST, image), "$1" + tag + "\"");
        }
    }

    ImageFiles(int applications) {
        this.applications = applications;
        for (int i = 0; i < applications; i++) {
            files.put(file(i), pod(i));
        }
        files.put("apps/broken/values.yaml", "image: {tag: [\"not a single value\"]}\n");
    }

    static String own(int application) {
        return "team/own-" + application;
    }

    private static String folder(int application) {
        return "apps/app-" + application;
    }

    private static String file(int application) {
        return folder(application) + "/pod.yaml";
    }

    private static String pod(int application) {
        return """
        # Kept as it is:   blanks,  'quotes' and "order".
        apiVersion: v1
        kind: Pod
        metadata: {name: app-%1$d}
        spec:
          containers:
            - name: web   # everybody's
              image: "%2$s/%3$s:%6$s"
            - {image: "%2$s/%4$s:%6$s", name: 'built'}

            - name: own
              image: "%2$s/%5$s:%6$s" # nobody else's
        """
                .formatted(application, HOST, SHARED, ASKED, own(application), FIRST);
    }

    Map<String, String> files() {
        return files;
    }

    /// Of an image in all Applications.
    List<Retag> everywhere(String image, String tag) {
        return IntStream.range(0, applications)
                .mapToObj(it -> new Retag(file(it), image, tag))
                .toList();
    }

    /// Of each Application's own image, of the first ones.
    List<Retag> each(int count, String tag) {
        return IntStream.range(0, count).mapToObj(it -> new Retag(file(it), own(it), tag)).toList();
    }

    /// From now on they are to be in Git.
    void expect(List<Retag> retags) {
        retags.forEach(it -> files.computeIfPresent(it.file(), (_, text) -> it.in(text)));
    }

    /// An Application's object; it is not synced by itself, so nothing is deployed.
    static String application(int number, String repository) {
        var list = new ArrayList<String>();
        list.add("web=%s/%s:1.x".formatted(HOST, SHARED));
        list.add("built=%s/%s:1.x".formatted(HOST, ASKED));
        list.add("own=%s/%s:1.x".formatted(HOST, own(number)));
        return application(
                "app-" + number, repository, folder(number), String.join(",", list), "manifests");
    }

    /// One whose file cannot be edited.
    static String broken(String repository) {
        return application(
                "broken",
                repository,
                "apps/broken",
                "web=%s/%s:1.x".formatted(HOST, SHARED),
                "helmvalues");
    }

    private static String application(
            String name, String repository, String path, String images, String target) {
        return """
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
         "metadata": {"name": "%1$s", "namespace": "argocd",
          "annotations": {
           "argocd.argoproj.io/manifest-generate-paths": ".",
           "argocd-image-updater.argoproj.io/image-list": "%4$s",
           "argocd-image-updater.argoproj.io/built.platforms": "linux/amd64",
           "argocd-image-updater.argoproj.io/write-back-method": "git",
           "argocd-image-updater.argoproj.io/write-back-target": "%5$s"}},
         "spec": {"project": "default",
          "source": {"repoURL": "%2$s", "targetRevision": "main", "path": "%3$s"},
          "destination": {"server": "https://kubernetes.default.svc", "namespace": "default"}}}
        """
                .formatted(name, repository, path, images, target);
    }
}
