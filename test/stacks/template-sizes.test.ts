import * as fs from 'node:fs';
import { VARIANTS } from './variants';

/** CloudFormation takes a megabyte and 500 resources; growth must be seen before that. */
const MOST_BYTES = 450_000;
const MOST_RESOURCES = 400;

test.each(VARIANTS)('%s has no template of 450 KB or more and no stack of more than 400 resources', (_, open) => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const tooLarge = open()
    .synth()
    .stacksRecursively.map(({ stackName, templateFullPath, template }) => ({
      stackName,
      bytes: fs.statSync(templateFullPath).size,
      resources: Object.keys(template.Resources ?? {}).length,
    }))
    .filter(({ bytes, resources }) => bytes >= MOST_BYTES || resources > MOST_RESOURCES);
  expect(tooLarge).toEqual([]);
});
