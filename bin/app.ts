import { synthesize } from './synthesize';

synthesize();
