import fc from "fast-check";

// The same runs for everybody; a soak is the same tests with another seed and more runs.
fc.configureGlobal({ seed: 1 });
