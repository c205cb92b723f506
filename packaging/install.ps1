# Makes this computer a machine of a Gantline server, or removes it again. As an administrator:
#
#   $p = Join-Path $env:TEMP 'install-device-agent.ps1'
#   Invoke-WebRequest -Uri 'https://HOST/install-device-agent.ps1' -OutFile $p -UseBasicParsing
#   & $p -Server 'https://HOST'
#
# These are the same bytes for everybody; what is particular comes as parameters. All of it is
# functions, and the last line calls the first of them, so that a download that breaks off does
# nothing.
param(
    [string] $Server = '',
    [string[]] $Workspace = @(),
    [string] $Label = '',
    [string] $WorkspaceId = '',
    [string] $DeviceId = '',
    [Alias('Name')] [string] $DeviceName = '',
    [string] $Interval = '',
    # Milliseconds from poll to poll, at least, where the network lets no WebSocket through.
    [string] $TunnelPollInterval = '',
    [string] $MaxFiles = '',
    [string] $ShellBin = '',
    [string] $PythonBin = '',
    [string[]] $InstallCli = @(),
    [string] $Token = '',
    [string] $Dir = '',
    [string] $User = '',
    [string] $CaBundle = '',
    [string] $Proxy = '',
    [switch] $NoTunnel,
    # Keep copies of the workspaces on the server, for those who may work on the machine.
    [switch] $MirrorFiles,
    [switch] $NoService,
    [switch] $InsecureHttp,
    [switch] $Uninstall
)

function Stop-Installation {
    param([int] $Code, [string] $Problem, [string] $Advice)
    # Not `exit`, which would close the window of whoever has pasted this.
    $global:LASTEXITCODE = $Code
    throw "$Problem`n  Hint: $Advice"
}

# What runs as the user, and what an administrator may be asked to run, is in a directory that only
# administrators can write to.
function Get-InstalledProgram {
    Join-Path (Join-Path $env:ProgramFiles 'Gantline') 'gantline.exe'
}

function Assert-Server {
    param([string] $Address, [bool] $MayBePlain)
    $parsed = $null
    if (-not [Uri]::TryCreate($Address, [UriKind]::Absolute, [ref] $parsed)) {
        Stop-Installation 2 "$Address is not the address of a server" 'it begins with https://'
    }
    if ($parsed.UserInfo -ne '') {
        Stop-Installation 2 'an address of a server holds no password' 'give the token when asked'
    }
    if ($parsed.Scheme -eq 'https') { return }
    if ($parsed.Scheme -ne 'http') {
        Stop-Installation 2 "$Address is not the address of a server" 'it begins with https://'
    }
    if (-not ($parsed.IsLoopback -or $MayBePlain)) {
        $advice = 'use https, or say -InsecureHttp if you trust the network'
        Stop-Installation 2 "$Address can be read and changed by others on the way" $advice
    }
}

function Save-File {
    param([string] $Address, [string] $Path, [string] $Through)
    $request = @{ Uri = $Address; OutFile = $Path; UseBasicParsing = $true }
    if ($Address -like 'http:*') { $request.MaximumRedirection = 0 }
    if ($Through -ne '') {
        $request.Proxy = $Through
        $request.ProxyUseDefaultCredentials = $true
    }
    try {
        Invoke-WebRequest @request | Out-Null
    } catch {
        $advice = 'check the address, the network and the proxy (-Proxy)'
        Stop-Installation 6 "$Address cannot be fetched: $($_.Exception.Message)" $advice
    }
}

# The proxy that was named, or the one that the system would use.
function Get-Proxy {
    param([string] $Named, [string] $Address)
    if ($Named -ne '') { return $Named }
    $system = [Net.WebRequest]::GetSystemWebProxy()
    if ($system.IsBypassed($Address)) { return '' }
    return $system.GetProxy($Address).AbsoluteUri
}

function Invoke-Program {
    param([string] $Program, [string[]] $Words, [string] $Secret)
    if ($Secret -ne '') {
        # Through a pipe: other users can see the arguments of programs.
        $Secret | & $Program @Words
    } else {
        & $Program @Words
    }
    if ($LASTEXITCODE -ne 0) { throw "not done ($LASTEXITCODE)" }
}

# Older versions of PowerShell do not quote what they hand to a program.
function ConvertTo-Word {
    param([string] $Name, [string] $Value)
    if ($Value.Contains('"')) {
        Stop-Installation 2 "$Name cannot hold a double quote" 'choose another value'
    }
    return "$Name=" + ($Value -replace '\\+$', '')
}

function Uninstall-Machine {
    $program = Get-InstalledProgram
    if (-not (Test-Path -LiteralPath $program)) {
        Write-Output 'No machine is installed here.'
        return
    }
    Invoke-Program $program @('machine', 'uninstall') ''
    # A program that runs cannot remove itself.
    Remove-Item -LiteralPath (Split-Path $program) -Recurse -Force
}

function Install-Machine {
    param([hashtable] $Given)
    $ErrorActionPreference = 'Stop'
    # Older systems offer TLS 1.2 (3072) only when told.
    $protocols = [Net.ServicePointManager]::SecurityProtocol
    try { [Net.ServicePointManager]::SecurityProtocol = $protocols -bor 3072 } catch { }
    if ($Given.Uninstall) {
        Uninstall-Machine
        return
    }
    $server = "$($Given.Server)".TrimEnd('/')
    if ($server -eq '') { $server = (Read-Host 'Address of the server').TrimEnd('/') }
    Assert-Server $server ([bool] $Given.InsecureHttp)
    $words = @('machine', 'install', "--server=$server")
    $options = @{
        Label = '--label'; WorkspaceId = '--workspace-id'; DeviceId = '--device-id'
        DeviceName = '--device-name'; Interval = '--interval'; ShellBin = '--shell-bin'
        TunnelPollInterval = '--tunnel-poll-interval'; MaxFiles = '--max-files'
        PythonBin = '--python-bin'; Dir = '--dir'; User = '--user'; CaBundle = '--ca-bundle'
    }
    foreach ($name in $options.Keys) {
        if ("$($Given[$name])" -ne '') {
            $words += ConvertTo-Word $options[$name] $Given[$name]
        }
    }
    foreach ($path in $Given.Workspace) { $words += ConvertTo-Word '--workspace' $path }
    foreach ($agent in $Given.InstallCli) { $words += ConvertTo-Word '--install-cli' $agent }
    if ($Given.NoService) { $words += '--no-service' }
    if ($Given.NoTunnel) { $words += '--no-tunnel' }
    if ($Given.MirrorFiles) { $words += '--mirror-files' }
    if ($Given.InsecureHttp) { $words += '--insecure-http' }

    $proxy = Get-Proxy "$($Given.Proxy)" $server
    if ($proxy -ne '') { $env:HTTPS_PROXY = $proxy }
    $name = [IO.Path]::GetRandomFileName()
    $directory = Join-Path ([IO.Path]::GetTempPath()) $name
    New-Item -ItemType Directory -Path $directory | Out-Null
    try {
        $program = Join-Path $directory 'gantline.exe'
        # Which also runs on ARM.
        $address = "$server/api/remote/agent/files/gantline-windows-x86_64.exe"
        Write-Output "Fetching the program from $server"
        Save-File "$address.sha256" "$program.sha256" $proxy
        Save-File $address $program $proxy
        $expected = (Get-Content -LiteralPath "$program.sha256" -TotalCount 1).Substring(0, 64)
        if ((Get-FileHash -LiteralPath $program -Algorithm SHA256).Hash -ne $expected) {
            $advice = 'nothing was installed; try again, and look what stands in between'
            Stop-Installation 1 "what came from $server is not what it announced" $advice
        }
        Invoke-Program $program $words "$($Given.Token)"
    } finally {
        Remove-Item -LiteralPath $directory -Recurse -Force -ErrorAction SilentlyContinue
    }
}

# In braces, because a prefix of this line is no command.
if ($true) { Install-Machine $PSBoundParameters }
