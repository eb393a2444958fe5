# Install the set-up silently, look at what it did, let the program do its round, upgrade, uninstall, and look again.
# For a machine of CI or a virtual one: it installs for the person who runs it. Any surprise ends it with an error.
$ErrorActionPreference = "Stop"
Set-StrictMode -Version Latest

$Root = Resolve-Path "$PSScriptRoot/../.."
$Setup = Get-ChildItem "$Root/dist/territorymap-*-windows-x64-setup.exe" | Select-Object -First 1
if (-not $Setup) { throw "there is no set-up in dist: python installer/windows/make_setup.py" }
$App = "$env:LOCALAPPDATA\Programs\Territory Map"
$Silent = "/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART"
$Extension = "HKCU:\Software\Classes\.gpkg"

function Assert([bool] $IsSo, [string] $What) {
    if (-not $IsSo) { throw "not so: $What" }
    Write-Output "so: $What"
}

function Invoke-Quietly([string] $File, [string[]] $Arguments) {
    $Process = Start-Process -FilePath $File -ArgumentList $Arguments -Wait -PassThru
    Assert ($Process.ExitCode -eq 0) "$(Split-Path $File -Leaf) $Arguments ends with 0"
}

# Another program has .gpkg; it must keep it.
New-Item -Path $Extension -Force | Out-Null
Set-ItemProperty -Path $Extension -Name "(default)" -Value "QGIS.gpkg"
$Settings = "$env:LOCALAPPDATA\territorymap\settings-of-the-test.txt"
New-Item -ItemType Directory -Force (Split-Path $Settings) | Out-Null
Set-Content $Settings "kept"

Invoke-Quietly $Setup.FullName ($Silent + "/LANG=en")
Assert (Test-Path "$App\territorymap-gui.exe") "the program is below the person's own folder"
Assert ((Get-ItemProperty $Extension)."(default)" -eq "QGIS.gpkg") "the default of .gpkg is the other program's"
Assert ((Get-Item "$Extension\OpenWithProgids").Property -contains "TerritoryMap.Plan") "it is offered under Open with"
Assert (Test-Path "$env:APPDATA\Microsoft\Windows\Start Menu\Programs\Territory Map.lnk") "it is in the start menu"
$Version = (Get-Item "$App\territorymap-gui.exe").VersionInfo.ProductVersion
Assert ($Setup.Name -like "territorymap-$Version-*") "the executable tells the version of the set-up, $Version"

$Work = New-Item -ItemType Directory -Force "$env:TEMP\territorymap-try"
Push-Location $Work
& "$App\territorymap.exe" --self-test
Assert ($LASTEXITCODE -eq 0) "the program does its round"
Pop-Location

Set-Content "$App\_internal\of-an-older-version.dll" "old"
Invoke-Quietly $Setup.FullName $Silent
Assert (-not (Test-Path "$App\_internal\of-an-older-version.dll")) "an upgrade leaves nothing of the older version"
Assert ((Get-Content $Settings) -eq "kept") "an upgrade keeps settings"

Set-Content "$App\plan-in-an-odd-place.gpkg" "plan"
Invoke-Quietly "$App\unins000.exe" $Silent
# The uninstaller goes on in a copy of itself.
for ($i = 0; $i -lt 60 -and (Test-Path "$App\territorymap.exe"); $i++) { Start-Sleep -Milliseconds 500 }
Assert (-not (Test-Path "$App\territorymap.exe")) "the program is gone"
Assert (Test-Path "$App\plan-in-an-odd-place.gpkg") "a plan stays, even in the folder of the program"
Assert ((Get-Content $Settings) -eq "kept") "settings stay"
Assert ((Get-ItemProperty $Extension)."(default)" -eq "QGIS.gpkg") "the default of .gpkg is still the other program's"
Assert (-not (Test-Path "HKCU:\Software\Classes\TerritoryMap.Plan")) "the registry is as it was"
