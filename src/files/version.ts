import { version } from '../../package.json';

/** Version of Riff, as logged in every event. */
export const ENGINE_VERSION: string = version;
