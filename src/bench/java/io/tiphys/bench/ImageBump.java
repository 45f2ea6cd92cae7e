package io.tiphys.bench;

/// What one push of images, or a burst of them, came to.
///
/// @param what of the rows it is in
/// @param round the first is not counted
/// @param commits on the branch
/// @param pushes with which they came, those that were refused included
/// @param fetches of objects
/// @param looks at where the branch stands
/// @param registry questions that the registry was asked
/// @param deadLetters requests that could not be carried out
/// @param exact whether nothing but these tags changed, byte for byte
/// @param millis from the first delivery until the last commit could be seen
/// @param floor of the same work, bare
/// @param check milliseconds to read its files as YAML before and after, and nothing else
record ImageBump(
        String what,
        int round,
        long commits,
        long pushes,
        long fetches,
        long looks,
        long registry,
        long deadLetters,
        boolean exact,
        double millis,
        double floor,
        double check) {

    /// Of a writer that checks what it writes.
    double checkedFloor() {
        return floor + check;
    }
}
