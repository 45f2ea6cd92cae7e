package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TakenBack;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.Withheld;
import io.tiphys.core.model.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Chooses as another does where nobody objects, and remembers what it left for that. For one
/// thread at a time.
final class GuardedChoice implements FileEdit.Choice {

    /// The same tags are held against each other in one file after another.
    private static final LoadingCache<String, Optional<Version>> VERSIONS =
            Caffeine.newBuilder().maximumSize(10_000).build(Version::parse);

    private final TrackedImage image;
    private final Consent consent;
    private final String service;
    private final FileEdit.Choice choice;

    /// By file, where the newest decision counts.
    private final Map<String, Left> left = new HashMap<>();

    /// What would have been written.
    ///
    /// @param before what is named instead
    record Left(Withheld withheld, String file, NamedTag before) {}

    /// @param service whom the service's commits are by, as `name <address>`
    GuardedChoice(TrackedImage image, Consent consent, String service, FileEdit.Choice choice) {
        this.image = image;
        this.consent = consent;
        this.service = service;
        this.choice = choice;
    }

    /// Where nothing is known of the past.
    @Override
    public Optional<Retag> apply(NamedTag named) {
        return in("", List::of).apply(named);
    }

    @Override
    public FileEdit.Choice in(String file, Supplier<List<TakenBack.Naming>> past) {
        return new InFile(file, past);
    }

    @Override
    public void begin() {
        left.clear();
    }

    /// What was left, of one file of several.
    Optional<Left> left() {
        return left.values().stream().findFirst();
    }

    /// Whether the tag is written, or would be if what is named now came before it: there is
    /// nothing more to be done for it.
    boolean isDone() {
        return left.isEmpty() && choice.apply(NamedTag.NONE).isPresent();
    }

    /// Whether the tag that was asked for comes after another one, or is that.
    boolean reaches(String tag, NamedTag other) {
        return other.tag().equals(Optional.of(tag)) || choice.apply(other).isPresent();
    }

    private final class InFile implements FileEdit.Choice {

        private final String file;
        private final Supplier<List<TakenBack.Naming>> past;
        private @Nullable List<TakenBack> known;

        InFile(String file, Supplier<List<TakenBack.Naming>> past) {
            this.file = file;
            this.past = past;
        }

        @Override
        public Optional<Retag> apply(NamedTag named) {
            return choice.apply(named).filter(it -> isLet(named, it));
        }

        private boolean isLet(NamedTag named, Retag chosen) {
            var before =
                    takenBack().stream().filter(it -> choice.apply(it.tag()).isEmpty()).findFirst();
            var objection = consent.objection(image, chosen, before);
            if (objection.isPresent()) {
                left.put(file, new Left(objection.get(), file, named));
            } else {
                left.remove(file);
            }
            return objection.isEmpty();
        }

        private List<TakenBack> takenBack() {
            var found = known;
            if (found == null) {
                found = TakenBack.of(image, past.get(), service, VERSIONS::get);
                known = found;
            }
            return found;
        }
    }
}
