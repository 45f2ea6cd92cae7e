/// Who may do what: which credentials the Applications of a project reach a repository with, and
/// whose commits they may be made of.
@NullMarked
package io.tiphys.core.policy;

import org.jspecify.annotations.NullMarked;
