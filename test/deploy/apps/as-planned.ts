import { synthesize } from './planned';

/** A deployment that the registry does not have. */
synthesize();
