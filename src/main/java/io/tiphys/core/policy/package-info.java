/// Who may do what: which credentials the Applications of a project reach a repository with.
@NullMarked
package io.tiphys.core.policy;

import org.jspecify.annotations.NullMarked;
