/** How much longer things may take on the target under test than on processes of this machine: containers start slowly. */
export const PATIENCE = process.env['COMANDA_TARGET'] === 'compose' ? 3 : 1
