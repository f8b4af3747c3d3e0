// The CDK's built-in validator costs seconds per test file; one step of .ci/run switches it on instead.
process.env.CDK_VALIDATION = 'false';
