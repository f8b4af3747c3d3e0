import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';

/**
 * The CDK's recommended feature flags, with strong references between a cell's stacks: weak ones make a capacity template
 * larger (392 KB against 562 KB for 25 p5 groups) and stop no deletion in the wrong order.
 */
export const SYNTH_CONTEXT: Readonly<Record<string, unknown>> = {
  ...recommendedFlags,
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  // A template that names no partition works in all of them, and region tables need not be read.
  '@aws-cdk/core:enablePartitionLiterals': false,
  // Usage data for AWS: nothing here reports it, and collecting it is a twentieth of a small synth.
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
  // Where each construct was made; a construct's path says as much, and `-c aws:cdk:disable-stack-trace=false` brings it back.
  'aws:cdk:disable-stack-trace': true,
};
