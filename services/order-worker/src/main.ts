import { readConfig } from '@comanda/shared/config'
import { runService } from '@comanda/shared/service'
import { Config, MigrateConfig, RedriveConfig } from './config.js'
import { migrateCommand, redriveCommand, runCommand } from './commands.js'
import { startService } from './service.js'

const [command = 'run', ...args] = process.argv.slice(2)
if (command === 'run') await runService(() => startService(readConfig(Config, process.env)))
else if (command === 'migrate') await runCommand(() => migrateCommand(readConfig(MigrateConfig, process.env)))
else if (command === 'redrive')
  await runCommand((signal) => redriveCommand(readConfig(RedriveConfig, process.env), args, signal))
else {
  process.stderr.write(`order-worker has no command "${command}": use run, migrate or redrive.\n`)
  process.exitCode = 2
}
