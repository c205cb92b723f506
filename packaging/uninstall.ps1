# Makes this computer a machine no longer: its task, its key, what it remembers and the program go,
# its workspaces stay. Needs neither the server nor anything that is fetched. As an administrator.

function Uninstall-Machine {
    $ErrorActionPreference = 'Stop'
    $program = Join-Path (Join-Path $env:ProgramFiles 'Gantline') 'gantline.exe'
    if (-not (Test-Path -LiteralPath $program)) {
        Write-Output 'No machine is installed here.'
        return
    }
    & $program machine uninstall
    if ($LASTEXITCODE -ne 0) { throw "not removed ($LASTEXITCODE)" }
    # A program that runs cannot remove itself.
    Remove-Item -LiteralPath (Split-Path $program) -Recurse -Force
}

# In braces, because a prefix of this line is no command.
if ($true) { Uninstall-Machine }
