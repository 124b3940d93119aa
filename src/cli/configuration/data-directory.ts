// Where data goes when nobody says: the platform's folder for the data of one user's programs.
import { homedir } from 'node:os'
import { join } from 'node:path'

export function defaultDataDirectory(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir()
): string {
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'odradek')
    case 'win32':
      return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'odradek')
    default:
      return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'odradek')
  }
}
